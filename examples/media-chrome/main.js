import 'smooth-player/element';
import 'media-chrome';
