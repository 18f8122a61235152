import 'smooth-player/element';
import 'media-chrome';
import 'media-chrome/menu';
